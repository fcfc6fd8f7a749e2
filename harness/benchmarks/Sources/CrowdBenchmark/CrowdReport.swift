/// What of the report of `stickler stress` is looked at.
struct CrowdReport: Decodable {
    struct Counts: Decodable {
        var clients: Int
        var opened: Int
        var endedByFault: Int
        var answered: Int
        var interrupted: Int
        var violations: [String: Int]
    }

    var counts: Counts
    /// Clients with a session at the end.
    var connected: Int
    var exitCode: Int
    var ownStalls: [Double]
}
