package import FoundationEssentials
package import Journal
package import Zoom

/// Acts for one account: drives its dispatcher, sends what the dispatcher asks for, and changes the journal.
struct AccountRun: Sendable {
    let run: Run
    let jobs: [JobID]
    let account: RunAccount
    let board: ProgressBoard
    /// Collects what Zoom confirms.
    var applied: AppliedChanges?

    /// Runs until the dispatcher finishes or the journal fails. Also returns the limiter's final state.
    func drive(
        _ spending: [UTCDay: DayUsage],
        seed: UInt64,
        after preflight: PreflightRun.Result?
    ) async -> (ending: Ending, limiter: RateLimiter?) {
        var dispatcher: Dispatcher
        do {
            // The open batches are kept nowhere else: there may be one for each of 200,000 meetings.
            var batches = try await run.journal.openBatches(of: jobs, in: account.name)
            if let unread = preflight?.unread, !unread.isEmpty { batches.removeAll { unread.contains($0.target) } }
            dispatcher = Dispatcher(
                account.options,
                account: account.name,
                batches: batches,
                spending: spending,
                seed: seed,
                at: run.clock.now,
                limiter: preflight?.limiter,
                listed: preflight?.listed ?? RefusalTally()
            )
        } catch {
            return (.journalFailed(String(describing: error)), nil)
        }
        let ending: Ending
        if dispatcher.hasBatchesToSend, let failure = await account.client.prepare(until: run.stop) {
            ending = .unreachable(failure.detail)
        } else {
            ending = await drive(&dispatcher)
        }
        note(dispatcher, at: run.clock.now, isLast: true)
        return (ending, dispatcher.limiter)
    }

    /// The result of a child task.
    private enum Happening: Sendable {
        case event(Event)
        /// The time has come.
        case time(Duration)
        case journalFailed(String)
    }

    private typealias Group = TaskGroup<Happening>

    /// Asks the dispatcher for the next step, performs it beside all others, and reports what happened, until the
    /// dispatcher finishes or the journal fails. Whatever is still under way then is cancelled; its intent stays in the
    /// journal.
    private func drive(_ dispatcher: inout Dispatcher) async -> Ending {
        var timer: Duration?
        var notedAt: Duration?
        return await withTaskGroup(of: Happening.self) { group in
            group.addTask { [run] in
                await run.stop.wait()
                return .event(.stop)
            }
            defer { group.cancelAll() }
            while true {
                // Another account's run could not write to the journal.
                guard !Task.isCancelled else { return .interrupted }
                let now = run.clock.now
                if board.isWatched, notedAt.map({ now.elapsed - $0 >= ProgressBoard.interval }) ?? true {
                    notedAt = now.elapsed
                    note(dispatcher, at: now, isLast: false)
                }
                switch dispatcher.next(at: now) {
                case .perform(let effect):
                    group.addTask { [run, jobs] in
                        do {
                            return .event(try await effect.perform(on: run.journal, of: jobs, at: run.clock.date()))
                        } catch {
                            return .journalFailed(String(describing: error))
                        }
                    }
                    continue
                case .send(let batch):
                    group.addTask { await .event(send(batch)) }
                    continue
                case .finish(let ending): return ending
                case .wait(let until): setTimer(&timer, until: until, after: now.elapsed, in: &group)
                }
                switch await group.next() {
                case .event(let event): dispatcher.handle(event, at: run.clock.now)
                case .time(let moment): if timer == moment { timer = nil }
                case .journalFailed(let reason): return .journalFailed(reason)
                case nil: return .interrupted
                }
            }
        }
    }

    /// Makes sure that the loop wakes by a moment. A timer set for an earlier one does no harm.
    private func setTimer(_ timer: inout Duration?, until: Duration?, after now: Duration, in group: inout Group) {
        let noting = board.isWatched ? now + ProgressBoard.interval : nil
        guard let moment = [until, noting].compactMap(\.self).min() else { return }
        if let timer, timer <= moment { return }
        timer = moment
        group.addTask { [run] in
            try? await run.clock.sleep(until: moment)
            return .time(moment)
        }
    }

    private func note(_ dispatcher: Dispatcher, at now: ClockReading, isLast: Bool) {
        board.note(account.name, dispatcher.progress(at: now), at: now.elapsed, isLast: isLast)
    }

    private func send(_ shipment: ClaimedBatch) async -> Event {
        let update = StatusUpdate(
            target: shipment.target,
            action: shipment.action,
            registrants: shipment.registrants
        )
        let start = run.clock.elapsed()
        let reply = await account.client.send(update)
        let disposition = AnswerTable.disposition(for: reply, to: update)
        if disposition.nextStep == .applied { applied?.note(update) }
        if let onAnswer = run.onAnswer {
            let duration = run.clock.elapsed() - start
            onAnswer(AnsweredRequest(update: update, reply: reply, disposition: disposition, duration: duration))
        }
        return .answered(shipment.batch, reply, disposition)
    }
}

extension ZoomClient {
    /// Prepares, unless a stop is requested meanwhile. Returns why nothing can be sent, if so.
    func prepare(until stop: StopSwitch) async -> RequestFailure? {
        await withTaskGroup(of: RequestFailure?.self) { group in
            group.addTask { await prepare() }
            group.addTask {
                await stop.wait()
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

extension Effect {
    /// Changes the journal, and returns the event that the dispatcher waits for.
    ///
    /// - Parameters:
    ///   - journal: The journal.
    ///   - jobs: The jobs of the run.
    ///   - date: Now.
    /// - Throws: `JournalError`; then sending must stop.
    package func perform(on journal: Journal, of jobs: [JobID], at date: Date) async throws(JournalError) -> Event {
        switch self {
        case .begin(let batches):
            return .begun(try await journal.begin(batches, at: date))
        case .release(let batches):
            try await journal.release(batches)
            return .released(batches)
        case .settle(let batch, let result, let attempt):
            return .settled(batch, children: try await journal.settle(batch, result, after: attempt, at: date))
        case .close(let closing):
            if !closing.releasing.isEmpty { try await journal.release(closing.releasing) }
            switch closing.outcome {
            case .failed(let code, let reason):
                let batches = try await journal.failOpen(
                    closing.target,
                    only: closing.action,
                    of: jobs,
                    code: code,
                    reason: reason,
                    at: date
                )
                return .closed(closing, batches)
            case .deferred(let until, let reason):
                let batches = try await journal.deferOpen(
                    closing.target,
                    of: jobs,
                    until: until,
                    reason: reason,
                    at: date
                )
                return .closed(closing, batches)
            }
        }
    }
}

/// A request and its answer, for logs and metrics.
package struct AnsweredRequest: Sendable {
    /// The request. It holds email addresses: do not log it as it is.
    package let update: StatusUpdate
    /// The reply.
    package let reply: SendResult
    /// What the reply means.
    package let disposition: Disposition
    /// From sending to the end of the answer.
    package let duration: Duration
}
