import CSQLite

extension Connection {
    /// Runs `body` in one transaction: all of it is kept, or none.
    ///
    /// It takes the writer's place at once (`begin immediate`), so that it can't fail half-way for want of it.
    ///
    /// - Throws: What `body` throws, or `SQLiteError` when the commit fails; nothing was kept in either case.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("begin immediate")
        do {
            let result = try body()
            try execute("commit")
            return result
        } catch {
            // SQLite has often rolled back by itself (full disk, I/O error); then there is nothing left to undo.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("rollback") }
            throw error
        }
    }

    /// Runs `body` with every read seeing the same moment. Inside another snapshot it sees that one's.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
        try execute("begin")
        defer { try? execute("commit") }
        return try body()
    }
}
