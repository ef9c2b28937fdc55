/// What a record says, before it is known to be a row.
struct RowReading {
    var verdict: DecisionRow.Verdict
    var registrant: UnsafeBufferPointer<UInt8>
    var email: UnsafeBufferPointer<UInt8>
    var notice: String?
    /// The sheet's number of the target, also of a row that decides nothing, where it can be read.
    var target: Int?

    /// Whether it gives an id and an email, both of them valid.
    var namesTwice: Bool {
        !registrant.isEmpty && !email.isEmpty && RegistrantRule.isRegistrantID(registrant)
            && RegistrantRule.isEmail(email) && Cell(email).isPlain
    }

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
