/// A part of the table.
enum FleetRow: String, CaseIterable {
    /// Messages over WebSockets.
    case echo
    /// Messages over WebSockets, from few clients and from many.
    case growth
    /// WebSockets that say nothing: connecting, and memory.
    case idle
    /// Sessions of SockJS and of Meteor that say nothing: memory.
    case sessions
    /// Messages over xhr-polling.
    case polling
}
