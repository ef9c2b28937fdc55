package import FoundationEssentials
package import Journal
package import Zoom

/// Drives a machine: asks it for the next step, has it done beside all others, and tells what happened, until it says that
/// it is over.
struct MachineLoop<Driven: Machine> {
    let clock: any RunClock
    let stop: StopSwitch
    /// Does a step, and says what happened.
    let perform: @Sendable (Driven.Step) async throws(JournalError) -> Driven.Event
    /// Shown the machine a few times a second.
    var note: ((Driven, ClockReading) -> Void)?

    /// What a child task brings back.
    private enum Happening: Sendable {
        case event(Driven.Event)
        /// It is so late.
        case time(Duration)
        case journalFailed(String)
    }

    private typealias Group = TaskGroup<Happening>

    /// Runs until the machine says that it is over, or the journal fails. What is still under way then is cut; its intent
    /// stays in the journal.
    func drive(_ machine: inout Driven) async -> Ending {
        var timer: Duration?
        var notedAt: Duration?
        return await withTaskGroup(of: Happening.self) { group in
            group.addTask { [stop] in
                await stop.wait()
                return .event(Driven.stopping)
            }
            defer { group.cancelAll() }
            while true {
                // Another account's run could not write to the journal.
                guard !Task.isCancelled else { return .interrupted }
                let now = clock.now
                if let note, notedAt.map({ now.elapsed - $0 >= ProgressBoard.interval }) ?? true {
                    notedAt = now.elapsed
                    note(machine, now)
                }
                let step = machine.next(at: now)
                switch step.rest {
                case nil:
                    add(step, to: &group)
                    continue
                case .finish(let ending): return ending
                case .wait(let until): setTimer(&timer, until: until, after: now.elapsed, in: &group)
                }
                switch await group.next() {
                case .event(let event): machine.handle(event, at: clock.now)
                case .time(let moment): if timer == moment { timer = nil }
                case .journalFailed(let reason): return .journalFailed(reason)
                case nil: return .interrupted
                }
            }
        }
    }

    private func add(_ step: Driven.Step, to group: inout Group) {
        group.addTask { [perform] in
            do {
                return .event(try await perform(step))
            } catch {
                return .journalFailed(String(describing: error))
            }
        }
    }

    /// Makes sure that something happens at a moment at the latest. A timer that is set for earlier does no harm.
    private func setTimer(_ timer: inout Duration?, until: Duration?, after now: Duration, in group: inout Group) {
        let noting = note == nil ? nil : now + ProgressBoard.interval
        guard let moment = [until, noting].compactMap(\.self).min() else { return }
        if let timer, timer <= moment { return }
        timer = moment
        group.addTask { [clock] in
            try? await clock.sleep(until: moment)
            return .time(moment)
        }
    }
}

extension Effect {
    /// Makes the change in the journal, and returns the event that the dispatcher waits for.
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

/// A request and what came back, for logs and metrics.
package struct AnsweredRequest: Sendable {
    /// What was asked for. Holds email addresses: not for logs as it is.
    package let update: StatusUpdate
    /// What came back.
    package let reply: SendResult
    /// What that means.
    package let disposition: Disposition
    /// From sending to the end of the answer.
    package let duration: Duration
}
