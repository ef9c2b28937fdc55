internal import Journal
internal import Zoom

/// Acts for one account: asks its dispatcher for the next step, does it, and tells what happened.
///
/// A class, because each request's task would copy all of a value.
final class AccountRun: Sendable {
    private let run: Run
    private let jobs: [JobID]
    private let account: RunAccount
    private let board: ProgressBoard

    init(run: Run, jobs: [JobID], account: RunAccount, board: ProgressBoard) {
        self.run = run
        self.jobs = jobs
        self.account = account
        self.board = board
    }

    /// What a child task brings back.
    private enum Happening: Sendable {
        case event(Event)
        /// It is so late.
        case time(Duration)
        case journalFailed(String)
    }

    private typealias Group = TaskGroup<Happening>

    /// Runs until the dispatcher says that it is over, or the journal fails.
    func drive(_ start: Dispatcher) async -> Ending {
        var dispatcher = start
        var timer: Duration?
        var notedAt: Duration?
        if dispatcher.hasBatchesToSend, let failure = await prepare() {
            let now = run.clock.now
            board.note(account.name, dispatcher.progress(at: now), at: now.elapsed, isLast: true)
            return .unreachable(failure.detail)
        }
        return await withTaskGroup(of: Happening.self) { group in
            group.addTask { [run] in
                await run.stop.wait()
                return .event(.stop)
            }
            while true {
                // Another account's run could not write to the journal.
                guard !Task.isCancelled else {
                    group.cancelAll()
                    return .interrupted
                }
                let now = run.clock.now
                if board.isWatched, notedAt.map({ now.elapsed - $0 >= ProgressBoard.interval }) ?? true {
                    notedAt = now.elapsed
                    board.note(account.name, dispatcher.progress(at: now), at: now.elapsed, isLast: false)
                }
                switch dispatcher.next(at: now) {
                case .perform(let effect):
                    group.addTask { await self.perform(effect) }
                    continue
                case .send(let shipment):
                    group.addTask { await self.send(shipment) }
                    continue
                case .finish(let ending):
                    board.note(account.name, dispatcher.progress(at: now), at: now.elapsed, isLast: true)
                    // What is still under way after the grace period is cut; its intent stays in the journal.
                    group.cancelAll()
                    return ending
                case .wait(let until):
                    setTimer(&timer, until: until, after: now.elapsed, in: &group)
                }
                switch await group.next() {
                case .event(let event):
                    dispatcher.handle(event, at: run.clock.now)
                case .time(let moment):
                    if timer == moment { timer = nil }
                case .journalFailed(let reason):
                    group.cancelAll()
                    return .journalFailed(reason)
                case nil:
                    return .interrupted
                }
            }
        }
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

    /// Makes sure that something happens at a moment at the latest. A timer that is set for earlier does no harm.
    private func setTimer(_ timer: inout Duration?, until: Duration?, after now: Duration, in group: inout Group) {
        let report = board.isWatched ? now + ProgressBoard.interval : nil
        guard let moment = [until, report].compactMap(\.self).min() else { return }
        if let timer, timer <= moment { return }
        timer = moment
        group.addTask { [run] in
            try? await run.clock.sleep(until: moment)
            return .time(moment)
        }
    }

    private func send(_ shipment: Shipment) async -> Happening {
        let update = StatusUpdate(
            target: shipment.target,
            action: shipment.action,
            registrants: shipment.registrants
        )
        let start = run.clock.elapsed()
        let reply = await account.client.send(update)
        let ruling = AnswerTable.ruling(for: reply, to: update)
        if let onAnswer = run.onAnswer {
            let duration = run.clock.elapsed() - start
            onAnswer(AnsweredRequest(update: update, reply: reply, ruling: ruling, duration: duration))
        }
        return .event(.answered(shipment.batch, reply, ruling))
    }

    private func perform(_ effect: Effect) async -> Happening {
        do {
            return .event(try await effect.perform(on: run.journal, of: jobs, at: run.clock.date()))
        } catch {
            return .journalFailed(String(describing: error))
        }
    }
}
