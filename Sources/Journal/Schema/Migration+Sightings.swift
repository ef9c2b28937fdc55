import SQLite

extension Migration {
    /// What stood at each path when it was last read, and how it was read.
    ///
    /// What shapes it:
    /// - A job is a content, and many files can hold it. Only this tells a file that was changed back to what it once was
    ///   from one that never changed.
    /// - In older journals a job's path was the last under which it was seen, so the newest job of a path is what stood there.
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
