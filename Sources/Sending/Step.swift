package import Decisions
package import FoundationEssentials
package import Journal
package import Zoom

/// Something that happened while a dispatcher was driven.
package enum Event: Sendable, Hashable {
    /// Intents are on disk.
    case begun([ClaimedBatch])
    /// Intents were taken back.
    case released([BatchID])
    /// A result is on disk; these batches took the batch's place.
    case settled(BatchID, children: [OpenBatch])
    /// The open batches of a target were failed or put off: these.
    case closed(BulkTransition, [BatchID])
    /// A request was answered, or not, and what that means.
    case answered(BatchID, SendResult, Disposition)
    /// Somebody wants the run to stop.
    case stop
}

/// Something that takes time and is done beside sending.
package enum Effect: Sendable, Hashable {
    /// Write intents: `Journal.begin`. Answered by `Event.begun`.
    case begin([BatchID])
    /// Take back intents that were not sent: `Journal.release`. Answered by `Event.released`.
    case release([BatchID])
    /// Write a result: `Journal.settle`. Answered by `Event.settled`.
    case settle(BatchID, BatchResult, after: Attempt?)
    /// Fail or put off what is open for a target, after intents that were not sent are taken back. Answered by
    /// `Event.closed`.
    case close(BulkTransition)
}

/// The same outcome for all open batches of a target, or for those with one action.
package struct BulkTransition: Sendable, Hashable {
    /// What becomes of them.
    package enum Outcome: Sendable, Hashable {
        /// Zoom would refuse each: `Journal.failOpen`.
        case failed(code: Int?, reason: String)
        /// Not before a moment: `Journal.deferOpen`.
        case deferred(until: Date, reason: String)
    }

    /// The meeting or webinar; without an occurrence, all of them.
    package let target: Target
    /// The action; nil for all.
    package var action: Action?
    /// What becomes of its batches.
    package let outcome: Outcome
    /// Intents to take back first.
    package var releasing: [BatchID] = []

    /// Whether it is about such batches too.
    func covers(_ other: Target, _ action: Action?) -> Bool {
        target.covers(other) && (self.action == nil || self.action == action)
    }
}

extension Target {
    /// Whether `other` is meant by this target too: without an occurrence it stands for all of them.
    func covers(_ other: Target) -> Bool {
        self == other || occurrence == nil && other.whole == self
    }
}

/// What the dispatcher wants done next.
package enum Step: Sendable, Hashable {
    /// Change the journal, and tell the dispatcher when it is done. Sending goes on meanwhile.
    case perform(Effect)
    /// Send this batch now, and tell the answer.
    case send(ClaimedBatch)
    /// Nothing to do until a moment, or until something was done or answered (nil). Then ask again.
    case wait(until: Duration?)
    /// Nothing more to do in this run.
    case finish(Ending)
}

/// Why a run sends nothing more.
package enum Ending: Sendable, Hashable {
    /// Everything is settled.
    case done
    /// Something is left for a later run: why, and from when on if that is known.
    case workRemains(reason: String, due: Date?)
    /// Somebody stopped it.
    case interrupted
    /// No request got an answer any more.
    case unreachable(String)
    /// Answers came, but only that the server is in trouble.
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
    /// What is journaled of a request and what came back.
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

    /// What is journaled of a status change.
    init(_ reply: SendResult, _ disposition: Disposition, sentAt: ClockReading, at now: ClockReading) {
        self.init(reply, startedAt: sentAt.date, duration: now.elapsed - sentAt.elapsed)
        switch disposition.nextStep {
        case .slowDown, .hold, .deferUntil, .refreshToken: mayHaveChanged = false
        default:
            if case .noAnswer(let noAnswer) = reply { mayHaveChanged = !noAnswer.neverSent }
        }
    }
}
