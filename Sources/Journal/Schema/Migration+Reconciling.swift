import Decisions
import SQLite

extension Migration {
    /// What is wanted, and what Zoom has as far as is known.
    ///
    /// What shapes it:
    /// - A job whose spreadsheet was read anew with another content is retired by the newer one, and wants nothing any more.
    /// - `confirmed` and `lost` are points in the order of events: when Zoom last said that it is so, and when a request was
    ///   last left without a word. They stand with the batch, and with a decision that left its batch.
    /// - A sighting tells which job stood at a path last, and which file that was, so that a renamed one is known again.
    /// - An email beside an id has another key than an email alone, and rows that name somebody twice have keys for the
    ///   meeting or webinar with all its occurrences too.
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
            var targets = TargetTable()
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
            var last: Int64 = 0
            while true {
                var rows: [(id: Int64, registrant: Registrant, target: Int64)] = []
                try page.forEach(last) { row in
                    guard let registrant = Registrant(id: row.string(1), email: row.string(2)) else { return }
                    rows.append((row.int64(0), registrant, row.int64(3)))
                }
                for row in rows {
                    let keys = try targets.keys(of: row.target, in: connection)
                    if let email = row.registrant.email {
                        try delete.run(RegistrantKey(.email, email, of: keys.own).kept(besideID: false), row.id)
                    }
                    for key in RegistrantKey.kept(of: row.registrant, target: keys.own)
                        + RegistrantKey.kept(of: row.registrant, target: keys.whole)
                    {
                        try insert.run(key, row.id)
                    }
                }
                guard let end = rows.last?.id else { return }
                last = end
            }
        }
    )
}
