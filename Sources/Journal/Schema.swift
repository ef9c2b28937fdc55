import Decisions
import SQLite

/// The journal's schema: all migrations, in order. A released migration is never edited.
enum Schema {
    static let migrations = [Migration.first, .runs, .sightings, .reconciling, .retiredRejections, .rows]

    /// The condition for an unsettled batch. SQLite uses the index `batch_open` only for queries with exactly this
    /// text.
    static let isOpen = "state in ('pending', 'in_flight', 'deferred')"
    /// The condition for a batch that this process has not set aside for a later run.
    static let isNotHeldBack = "batch.id not in (select id from held_back)"
    /// The condition for a batch that may be sent at the moment `:now`.
    static let isSendable =
        "\(isOpen) and (state = 'pending' or state = 'deferred' and due_at <= :now) and \(isNotHeldBack)"
    /// The condition for a job with something left to send.
    static let jobIsOpen = "(pending > 0 or deferred > 0)"
}

extension Migration {
    /// Jobs, decisions, batches and attempts.
    ///
    /// What shapes it:
    /// - Times are milliseconds since 1970, UTC.
    /// - A decision's state is its batch's, unless `standing` says otherwise. So one result is one changed row, however
    ///   many decisions it settles.
    /// - A job's decisions have consecutive ids in file order: row n of the file is `first_decision + n - 1`. A batch
    ///   lists its members in a blob, so no index on decisions is needed and the load stays sequential.
    /// - Every transition updates the job's counts, and the schema itself refuses counts that do not add up.
    static let first = Migration(
        version: 1,
        name: "jobs, decisions, batches, attempts",
        sql: """
            create table job (
                id integer primary key,
                digest blob not null,
                reading text not null,
                name text not null,
                path text,
                created_at integer not null,
                finished_at integer,
                reopened integer not null default 0,
                delimiter integer not null,
                header blob not null,
                header_fields integer not null,
                width integer not null,
                notices text not null default '',
                first_decision integer not null,
                rows integer not null,
                applied integer not null default 0,
                skipped integer not null default 0,
                rejected integer not null default 0,
                failed integer not null default 0,
                deferred integer not null default 0,
                pending integer not null default 0,
                unique (digest, reading),
                check (rows = applied + skipped + rejected + failed + deferred + pending),
                check (min(applied, skipped, rejected, failed, deferred, pending) >= 0)
            ) strict;

            create table target (
                id integer primary key,
                account text not null,
                kind text not null check (kind in ('meeting', 'webinar')),
                number text not null,
                occurrence text not null,
                unique (account, kind, number, occurrence)
            ) strict;

            create table batch (
                id integer primary key,
                job integer not null references job,
                target integer not null references target,
                action text not null check (action in ('approve', 'deny', 'cancel')),
                state text not null
                    check (state in ('pending', 'in_flight', 'applied', 'failed', 'deferred', 'replaced')),
                size integer not null,
                rows integer not null,
                members blob not null,
                parent integer references batch,
                suspect integer not null default 0,
                attempts integer not null default 0,
                day integer not null default 0,
                day_attempts integer not null default 0,
                begun_at integer,
                settled_at integer,
                due_at integer,
                code integer,
                reason text
            ) strict;

            create index batch_open on batch (job, target) where \(Schema.isOpen);
            create index batch_failed on batch (job) where state = 'failed';

            create table decision (
                id integer primary key,
                batch integer,
                registrant text,
                email text,
                standing text,
                reason text,
                other integer,
                copies integer
            ) strict;

            create table registrant_key (
                hash integer not null,
                decision integer not null,
                primary key (hash, decision)
            ) strict, without rowid;

            create table source (
                first_decision integer primary key,
                records blob not null
            ) strict;

            create table attempt (
                id integer primary key,
                kind text not null check (kind in ('update', 'list')),
                batch integer references batch,
                target integer not null references target,
                registrants integer not null,
                started_at integer not null,
                duration integer not null,
                status integer,
                code integer,
                message text,
                tracking_id text,
                cause text
            ) strict;

            create index attempt_started on attempt (started_at);
            """
    )
}

extension Migration {
    /// One row for each run that worked on the journal: when it ran, how it ended, and its totals.
    ///
    /// What shapes it:
    /// - The totals are kept with the run, because the requests themselves are pruned after a while.
    /// - A run without an end is under way or was killed: the lock beside the journal tells which.
    /// - The rate is in thousandths of a request per second; NULL if it was not limited.
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

extension Migration {
    /// Which content each path held when it was last read, and how it was read.
    ///
    /// What shapes it:
    /// - A job is one content, which many files can hold. Only this table distinguishes a file that was changed back
    ///   from one that never changed.
    /// - In older journals a job's path is the last under which it was seen, so the newest job of a path is what that
    ///   path held.
    static let sightings = Migration(
        version: 3,
        name: "sightings",
        sql: """
            create table sighting (
                path text primary key,
                digest blob not null,
                reading text not null
            ) strict, without rowid;

            insert into sighting
            select path, substr(digest, 1, 32), reading from job
            where id in (select max(id) from job where path is not null group by path);
            """
    )
}

extension Migration {
    /// What is wanted, and what Zoom is known to have.
    ///
    /// What shapes it:
    /// - A job whose spreadsheet was read again with other content is retired by the newer job, and wants nothing any
    ///   more.
    /// - `confirmed` and `lost` are points in the order of events: when Zoom last confirmed it, and when a request last
    ///   went unanswered. They are kept with the batch, and with a decision that left its batch.
    /// - A sighting tells which job a path held last, and which file that was, so that a renamed file is recognized.
    /// - An email beside an id has a different key from an email alone, and rows with both an id and an email also have
    ///   keys for the meeting or webinar with all its occurrences.
    static let reconciling = Migration(
        version: 4,
        name: "wanted and known",
        sql: """
            alter table job add column retired_by integer;
            alter table batch add column confirmed integer;
            alter table batch add column lost integer;
            alter table decision add column confirmed integer;
            alter table decision add column lost integer;
            create index decision_confirmed on decision (confirmed) where confirmed is not null;

            alter table sighting rename to old_sighting;
            create table sighting (
                path text primary key,
                job integer not null references job,
                file text
            ) strict, without rowid;
            insert into sighting
            select old_sighting.path, max(job.id), null from old_sighting
            join job on substr(job.digest, 1, 32) = old_sighting.digest and job.reading = old_sighting.reading
            group by old_sighting.path;
            drop table old_sighting;

            update job set retired_by = (select min(id) from job newer where newer.path = job.path and newer.id > job.id)
            where pending = 0 and deferred = 0 and id not in (select job from sighting);

            update batch set confirmed = settled_at where state = 'applied';
            update batch set lost = (
                with recursive line (id, parent) as (
                    values (batch.id, batch.parent)
                    union all select b.id, b.parent from line join batch b on b.id = line.parent
                )
                select max(started_at + duration) from line join attempt on attempt.batch = line.id
                where kind = 'update' and (status is null or status >= 500) and cause is not 'unreachable'
            ) where attempts > 0 and state <> 'applied';
            update decision set batch = (select head.batch from decision head where head.id = decision.other)
            where standing = 'already_applied' and batch is null;
            update decision set
                confirmed = coalesce(
                    (select settled_at from batch where id = decision.batch),
                    (select max(started_at) from run where started_at is not null), 1
                ),
                lost = (select lost from batch where id = decision.batch)
            where standing = 'already_so';
            update decision set lost = (select lost from batch where id = decision.batch)
            where standing is not null and standing not in ('already_so', 'already_applied') and batch is not null;
            update decision set copies = copy.count
            from (select other, count(*) as count from decision where standing = 'duplicate' group by other) copy
            where copy.other = decision.id;
            update registrant_key set hash = hash & -2;
            """,
        then: { connection in
            let targets = TargetTable(connection)
            let insert = try connection.statement(
                "insert or ignore into registrant_key (hash, decision) values (:hash, :decision)"
            )
            let delete = try connection.statement(
                "delete from registrant_key where hash = :hash and decision = :decision"
            )
            let page = try connection.statement(
                """
                select d.id, d.registrant, d.email, b.target from decision d
                left join decision head on head.id = d.other
                join batch b on b.id = coalesce(d.batch, head.batch)
                where d.id > :last and d.registrant is not null and d.email is not null order by d.id limit 1000
                """
            )
            var last = DecisionID(rawValue: 0)
            while true {
                let rows = try page.all(["last": last]) { row in
                    (
                        id: row.id("id") as DecisionID, target: row.id("target") as TargetID,
                        registrant: Registrant(id: row.string("registrant"), email: row.string("email"))
                    )
                }
                for row in rows {
                    guard let registrant = row.registrant else { continue }
                    let keys = try targets.keys(of: row.target)
                    if let email = registrant.email {
                        let old = RegistrantKey(.email, email, of: keys.own).kept(besideID: false)
                        try delete.run(["hash": old, "decision": row.id])
                    }
                    for key in RegistrantKey.kept(of: registrant, target: keys.own)
                        + RegistrantKey.kept(of: registrant, target: keys.whole)
                    {
                        try insert.run(["hash": key, "decision": row.id])
                    }
                }
                guard let end = rows.last?.id else { return }
                last = end
            }
        }
    )
}

extension Migration {
    /// Rejected rows of retired jobs are skipped: the newer reading of their spreadsheet says what still needs a person.
    static let retiredRejections = Migration(
        version: 5,
        name: "retired rejections",
        sql: """
            delete from registrant_key where decision in (
                select decision.id from job
                join decision on decision.id >= job.first_decision and decision.id < job.first_decision + job.rows
                where job.retired_by is not null and job.rejected > 0 and decision.standing = 'mixed_up'
            );
            update decision set standing = 'superseded', other = null,
                reason = 'a newer version of the spreadsheet was read as job ' || job.retired_by || '; rejected before: '
                    || decision.reason
            from job
            where job.retired_by is not null and job.rejected > 0
                and decision.id >= job.first_decision and decision.id < job.first_decision + job.rows
                and decision.standing in ('rejected', 'mixed_up');
            update job set skipped = skipped + rejected, rejected = 0 where retired_by is not null and rejected > 0;
            """
    )
}

extension Migration {
    /// In which row a spreadsheet program shows each row.
    ///
    /// What shapes it:
    /// - Only what is inside new chunks of `source` is different; the new version keeps older programs from reading them.
    /// - It can't be told from the line if cells hold line breaks, so rows that were read before have none: they are
    ///   named by their line.
    static let rows = Migration(version: 6, name: "rows in a spreadsheet program", sql: "")
}
