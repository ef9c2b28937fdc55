/// What a record says, before it is known to be a row.
struct RowReading {
    var verdict: DecisionRow.Verdict
    var registrant: UnsafeBufferPointer<UInt8>
    var email: UnsafeBufferPointer<UInt8>
    var notice: String?

    init(
        _ verdict: DecisionRow.Verdict,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) {
        self.verdict = verdict
        self.registrant = registrant
        self.email = email
    }
}
