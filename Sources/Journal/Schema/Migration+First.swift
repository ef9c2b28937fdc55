import SQLite

extension Migration {
    /// Jobs, decisions, batches and attempts.
    ///
    /// What shapes it:
    /// - Times are milliseconds since 1970, UTC.
    /// - A decision's state is its batch's, unless `standing` says otherwise. So one result is one changed row, however
    ///   many decisions it settles.
    /// - A job's decisions have consecutive ids in file order: row n of the file is `first_decision + n - 1`. A batch
    ///   lists its members in a blob, so no index on decisions is needed and the load stays sequential.
    /// - The job's counts are kept with every transition, and the schema itself refuses a sum that does not add up.
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

            create index batch_open on batch (job, target) where state in ('pending', 'in_flight', 'deferred');
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
