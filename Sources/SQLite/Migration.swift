/// One named step of a schema, applied once and never changed afterwards.
public struct Migration: Sendable {
    /// The schema's version after this step, counted from 1 without gaps.
    public let version: Int
    /// What the step brings, for error messages.
    public let name: String
    /// The statements.
    public let sql: String

    /// Makes a step.
    public init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}
