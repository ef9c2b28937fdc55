@testable import Zoom

extension AnswerTable {
    /// The table as a section of the guide, without heading.
    static var markdown: String {
        let head = """
            | HTTP | Zoom's code | What it means | About | What Usher does |
            |---|---|---|---|---|

            """
        return rows.reduce(into: head) { text, row in
            text += "| \(row.documented.status) | \(row.documented.code) | \(row.meaning) "
            text += "| \(row.subject.words) | \(row.nextStep.words) |\n"
        }
    }
}
