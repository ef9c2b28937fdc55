/// One named step of a schema, applied once and never changed afterwards.
package struct Migration: Sendable {
    /// The schema's version after this step, counted from 1 without gaps.
    package let version: Int
    /// What the step brings, for error messages.
    package let name: String
    /// The statements.
    package let sql: String

    /// What SQL alone can't do; runs after the statements, in the same transaction.
    package let then: (@Sendable (Connection) throws -> Void)?

    package init(version: Int, name: String, sql: String, then: (@Sendable (Connection) throws -> Void)? = nil) {
        self.version = version
        self.name = name
        self.sql = sql
        self.then = then
    }
}
