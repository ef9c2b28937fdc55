/// One named step of a schema, applied once and never changed afterwards.
public struct Migration: Sendable {
    /// The schema's version after this step, counted from 1 without gaps.
    public let version: Int
    /// What the step brings, for error messages.
    public let name: String
    /// The statements.
    public let sql: String

    /// What SQL alone can't do; runs after the statements, in the same transaction.
    public let then: (@Sendable (Connection) throws -> Void)?

    /// Makes a step.
    public init(version: Int, name: String, sql: String, then: (@Sendable (Connection) throws -> Void)? = nil) {
        self.version = version
        self.name = name
        self.sql = sql
        self.then = then
    }
}
