package import Decisions
package import FoundationEssentials
package import Journal
package import Zoom

/// Something that happened and that a dispatcher must know.
package enum Event: Sendable, Hashable {
    /// These intents are on disk.
    case begun([ClaimedBatch])
    /// These intents were taken back.
    case released([BatchID])
    /// A result is on disk; `children` replace the batch.
    case settled(BatchID, children: [OpenBatch])
    /// These open batches of a target were failed or deferred.
    case closed(BulkTransition, [BatchID])
    /// A request was answered or got no answer, with what that means.
    case answered(BatchID, SendResult, Disposition)
    /// A stop was requested.
    case stop
}

/// Something that takes time and runs beside sending.
package enum Effect: Sendable, Hashable {
    /// Write intents: `Journal.begin`. Answered by `Event.begun`.
    case begin([BatchID])
    /// Take back unsent intents: `Journal.release`. Answered by `Event.released`.
    case release([BatchID])
    /// Write a result: `Journal.settle`. Answered by `Event.settled`.
    case settle(BatchID, BatchResult, after: Attempt?)
    /// Fail or defer what is open for a target, after taking back unsent intents. Answered by `Event.closed`.
    case close(BulkTransition)
}

/// The same outcome for all open batches of a target, or for those with one action.
package struct BulkTransition: Sendable, Hashable {
    /// The outcome of the batches.
    package enum Outcome: Sendable, Hashable {
        /// Zoom would refuse each: `Journal.failOpen`.
        case failed(code: Int?, reason: String)
        /// Not to be sent before a moment: `Journal.deferOpen`.
        case deferred(until: Date, reason: String)
    }

    /// The meeting or webinar; without an occurrence, all occurrences.
    package let target: Target
    /// The action; nil for all.
    package var action: Action?
    /// The outcome of its batches.
    package let outcome: Outcome
    /// Intents to take back first.
    package var releasing: [BatchID] = []

    /// Whether it covers batches with this target and action.
    func covers(_ other: Target, _ action: Action?) -> Bool {
        target.covers(other) && (self.action == nil || self.action == action)
    }
}

extension Target {
    /// Whether this target includes `other`: without an occurrence it means all occurrences.
    func covers(_ other: Target) -> Bool {
        self == other || occurrence == nil && other.whole == self
    }
}

/// What the dispatcher wants done next.
package enum Step: Sendable, Hashable {
    /// Change the journal, and tell the dispatcher when done. Sending continues meanwhile.
    case perform(Effect)
    /// Send this batch now, and report the answer.
    case send(ClaimedBatch)
    /// Nothing to do until a moment, or until something is done or answered (nil). Then ask again.
    case wait(until: Duration?)
    /// Nothing more to do in this run.
    case finish(Ending)
}

/// Why a run sends nothing more.
package enum Ending: Sendable, Hashable {
    /// Everything is settled.
    case done
    /// Something is left for a later run: why, and from when if known.
    case workRemains(reason: String, due: Date?)
    /// More was refused than `FailureLimit` allows, and the rest is left pending: the numbers.
    case tooManyRefused(String)
    /// It was stopped.
    case interrupted
    /// Requests no longer got answers.
    case unreachable(String)
    /// All answers said that the server is in trouble.
    case serverFailing(String)
    /// Zoom refused the credentials, or they lack a scope.
    case refused(Disposition)
    /// The journal could not be written.
    case journalFailed(String)

    var isJournalFailed: Bool {
        if case .journalFailed = self { true } else { false }
    }
}

extension SendResult {
    /// What the results file shows as Zoom's code.
    var shownCode: Int? {
        if case .answer(let answer) = self { answer.code ?? answer.status } else { nil }
    }
}

extension Attempt {
    /// The journal's record of a request and its answer.
    init(_ reply: SendResult, startedAt: Date, duration: Duration) {
        self.init(startedAt: startedAt, duration: duration)
        switch reply {
        case .answer(let answer):
            status = answer.status
            code = answer.code
            message = answer.message
            trackingID = answer.trackingID
        case .noAnswer(let failure): cause = failure.cause.rawValue
        }
    }

    /// The journal's record of a status change.
    init(_ reply: SendResult, _ disposition: Disposition, sentAt: ClockReading, at now: ClockReading) {
        self.init(reply, startedAt: sentAt.date, duration: now.elapsed - sentAt.elapsed)
        switch disposition.nextStep {
        case .slowDown, .hold, .deferUntil, .refreshToken: mayHaveChanged = false
        default:
            if case .noAnswer(let noAnswer) = reply { mayHaveChanged = !noAnswer.neverSent }
        }
    }
}
