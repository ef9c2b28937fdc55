/// Decides what is done next, without a clock, a network or a disk. Whoever drives it (`MachineLoop`, or a simulation) asks
/// for the next step, has it done, and tells what happened.
protocol Machine: Sendable {
    /// Something to do.
    associatedtype Step: MachineStep
    /// Something that happened.
    associatedtype Event: Sendable

    /// Somebody wants it to stop.
    static var stopping: Event { get }

    /// What to do next. To be asked again after each step, and after each event.
    mutating func next(at now: Moment) -> Step

    /// Takes in something that happened. Afterwards the next step must be asked for.
    mutating func handle(_ event: Event, at now: Moment)
}

/// What a machine wants.
protocol MachineStep: Sendable {
    /// How to go on where nothing is to be done; nil where something is.
    var rest: Phase.Rest? { get }
}
