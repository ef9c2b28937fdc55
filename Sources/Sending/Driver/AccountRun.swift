import Journal
import Zoom

/// Acts for one account: drives its dispatcher, sends what it wants sent, and changes the journal.
struct AccountRun: Sendable {
    let run: Run
    let jobs: [JobID]
    let account: RunAccount
    let board: ProgressBoard
    /// Told of what Zoom confirms.
    var applied: AppliedChanges?

    /// Runs until the dispatcher says that it is over, or the journal fails. Returns the limiter as it stands then, too.
    ///
    /// - Parameter start: Makes the dispatcher; kept nowhere else, so that changing it copies nothing.
    func drive(_ start: @Sendable () -> Dispatcher) async -> (ending: Ending, limiter: RateLimiter) {
        var dispatcher = start()
        let ending: Ending
        if dispatcher.hasBatchesToSend, let failure = await prepare() {
            ending = .unreachable(failure.detail)
        } else {
            let loop = MachineLoop<Dispatcher>(
                clock: run.clock,
                stop: run.stop,
                perform: { step throws(JournalError) in try await perform(step) },
                note: board.isWatched ? { note($0, at: $1, isLast: false) } : nil
            )
            ending = await loop.drive(&dispatcher)
        }
        note(dispatcher, at: run.clock.now, isLast: true)
        return (ending, dispatcher.line.limiter)
    }

    private func note(_ dispatcher: Dispatcher, at now: Moment, isLast: Bool) {
        board.note(account.name, dispatcher.progress(at: now), at: now.elapsed, isLast: isLast)
    }

    /// Readies the client, unless somebody wants the run to stop meanwhile. Returns why nothing can be sent, if so.
    private func prepare() async -> NoAnswer? {
        await withTaskGroup(of: NoAnswer?.self) { group in
            group.addTask { [account] in await account.client.prepare() }
            group.addTask { [run] in
                await run.stop.wait()
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func perform(_ step: Step) async throws(JournalError) -> Event {
        switch step {
        case .perform(let effect): try await effect.perform(on: run.journal, of: jobs, at: run.clock.date())
        case .send(let shipment): await send(shipment)
        case .wait, .finish: preconditionFailure("nothing to be done")
        }
    }

    private func send(_ shipment: Shipment) async -> Event {
        let update = StatusUpdate(
            target: shipment.target,
            action: shipment.action,
            registrants: shipment.registrants
        )
        let start = run.clock.elapsed()
        let reply = await account.client.send(update)
        let ruling = AnswerTable.ruling(for: reply, to: update)
        if ruling.remedy == .applied { applied?.note(update) }
        if let onAnswer = run.onAnswer {
            let duration = run.clock.elapsed() - start
            onAnswer(AnsweredRequest(update: update, reply: reply, ruling: ruling, duration: duration))
        }
        return .answered(shipment.batch, reply, ruling)
    }
}
