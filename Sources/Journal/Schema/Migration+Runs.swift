import SQLite

extension Migration {
    /// One row for each run that worked on the journal: when, how it ended, and what it came to.
    ///
    /// What shapes it:
    /// - The sums are kept with the run, because the requests themselves are pruned after a while.
    /// - A run without an end is under way, or was cut off: the lock beside the journal tells which.
    /// - The rate is in thousandths of a request a second; NULL where it was not limited.
    static let runs = Migration(
        version: 2,
        name: "runs",
        sql: """
            create table run (
                id integer primary key,
                started_at integer not null,
                ended_at integer,
                exit_code integer,
                allowed_rate integer,
                first_attempt integer not null,
                requests integer not null default 0,
                refusals integer not null default 0,
                applied integer not null default 0,
                failed integer not null default 0,
                open integer not null default 0
            ) strict;

            create index run_started on run (started_at);
            """
    )
}
