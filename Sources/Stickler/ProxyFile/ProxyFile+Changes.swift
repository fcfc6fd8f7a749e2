import Balancers
import StickyProxy

extension Behavior.Changes {
    /// Keys of `changes:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.choice(
            "draining", ["its-clients": .itsClients, "nobody": .nobody, "everybody": .everybody], &draining)
        let tunnels: KeyValuePairs<String, Tunnels> = ["kept": .kept, "ended": .ended]
        let requests: KeyValuePairs<String, Requests> = ["finished": .finished, "cut": .cut]
        let clients: KeyValuePairs<String, Clients> = ["remembered": .remembered, "forgotten": .forgotten]
        try knobs.choice("tunnelsOnDrain", tunnels, &tunnelsOnDrain)
        try knobs.choice("requestsOnRemoval", requests, &requestsOnRemoval)
        try knobs.choice("clientsOnRosterChange", clients, &clientsOnRosterChange)
        try knobs.choice("newNodes", ["serving": .serving, "draining": .draining], &newNodes)
        try knobs.choice("tunnelsOnReload", tunnels, &tunnelsOnReload)
        try knobs.choice("requestsOnReload", requests, &requestsOnReload)
        try knobs.choice("clientsOnReload", clients, &clientsOnReload)
    }
}
