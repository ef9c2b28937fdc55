package import Journal
package import Zoom

/// Something that happened.
package enum Event: Sendable, Hashable {
    /// Intents are on disk.
    case begun([Shipment])
    /// Intents were taken back.
    case released([BatchID])
    /// A result is on disk; these batches took the batch's place.
    case settled(BatchID, children: [OpenBatch])
    /// The open batches of a target were failed or put off: these.
    case closed(Closing, [BatchID])
    /// A request was answered, or not, and what that means.
    case answered(BatchID, Reply, Ruling)
    /// Somebody wants the run to stop.
    case stop
}
