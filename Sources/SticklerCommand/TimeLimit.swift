import ArgumentParser

/// A length of time as people write it: `90s`, `10m`, `1h`.
struct TimeLimit: ExpressibleByArgument {
    var duration: Duration
    var defaultValueDescription: String

    /// Ten minutes, more than a run of the whole catalogue takes on any target.
    static let standard = TimeLimit(duration: .seconds(1_200), defaultValueDescription: "20m")

    private init(duration: Duration, defaultValueDescription: String) {
        self.duration = duration
        self.defaultValueDescription = defaultValueDescription
    }

    /// Nil for anything but a whole number of seconds, minutes or hours, from a second to a day.
    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600]
        guard let unit = argument.last.flatMap({ units[$0] }), argument.utf8.count <= 7,
            let count = Int64(argument.dropLast()), (1...86_400).contains(count * unit)
        else { return nil }
        self.init(duration: .seconds(count * unit), defaultValueDescription: argument)
    }
}
