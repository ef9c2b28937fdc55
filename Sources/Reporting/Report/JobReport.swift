package import Journal

/// What a report says of one spreadsheet.
package struct JobReport: Sendable {
    /// The job and its counts.
    package let job: JobSummary
    /// How the spreadsheet was read where that was not plain: a report says the first of them in every form.
    var notices: ArraySlice<String> { job.notices.prefix(10) }
    /// What was done, for each meeting.
    package let meetings: Excerpted<MeetingTally>
    /// What needs a person: the gravest first.
    package let needs: [Need]
    /// Applied rows that Zoom's lists showed otherwise afterwards.
    let differing: Int
    /// Rows that need a person and belong to none of the `needs`.
    let moreNeeds: Int
    /// What is sent later, and why not yet.
    package let waiting: Excerpted<ReasonGroup>
}
