import SQLite
import Spreadsheet

/// Which job was last read at each path, and which file that was.
struct Sightings {
    let connection: Connection

    func job(at path: String) throws(SQLiteError) -> JobID? {
        try connection.statement("select job from sighting where path = :path").first(["path": path]) { $0.id("job") }
    }

    func note(_ job: JobID, at path: String, file: String?) throws(SQLiteError) {
        try connection.statement("insert or replace into sighting (path, job, file) values (:path, :job, :file)")
            .run(["path": path, "job": job, "file": file])
    }

    /// Follows a spreadsheet to where it was moved: the file itself, or another with its content, that is gone from its place.
    ///
    /// - Returns: The job that it was there.
    func follow(_ source: SpreadsheetSource, holding known: JobID?) throws -> JobID? {
        guard let path = source.path, try job(at: path) == nil else { return nil }
        let file = source.identity
        let sightings = try connection.statement(
            "select path, job, file = :file as is_file from sighting where file = :file or job = :job"
        ).all(["file": file, "job": known]) { row in
            (path: row.string("path"), job: row.id("job") as JobID, isFile: row.bool("is_file"))
        }
        let gone = sightings.filter { !JournalFile.exists($0.path) }
        // Where its content is still in another file, it is a copy of that.
        let moved = gone.first(where: \.isFile) ?? (gone.count == sightings.count ? gone.first : nil)
        guard let moved else { return nil }
        try connection.statement("delete from sighting where path = :path").run(["path": moved.path])
        try note(moved.job, at: path, file: file)
        return moved.job
    }

    /// Lets a job stand wherever another did.
    func replace(_ old: JobID, by job: JobID) throws(SQLiteError) {
        try connection.statement("update sighting set job = :job where job = :old").run(["job": job, "old": old])
    }

    /// The jobs that stood last where a new one does, and stand nowhere else.
    func predecessors(of new: NewJob, before job: JobID) throws -> [JobID] {
        guard let path = new.path else { return [] }
        return try connection.statement(
            """
            select id from job where id < :job and retired_by is null
                and (id = (select job from sighting where path = :path) or path = :path or id = :moved)
                and not exists (select 1 from sighting where job = job.id and path <> :path)
            order by id
            """
        ).all(["job": job, "path": path, "moved": new.movedFrom]) { $0.id("id") }
    }
}
