/// A bounded table that forgets what was least recently used. Every operation takes constant time.
package struct LRUTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: Key
        var value: Value
        var newer: Int?
        var older: Int?
    }

    private(set) var capacity: Int
    private var places: [Key: Int] = [:]
    private var entries: [Entry] = []
    private var free: [Int] = []
    private var newest: Int?
    private var oldest: Int?

    /// A table of so many places; without any it remembers nothing.
    package init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    var count: Int { places.count }

    /// The value of the key, which becomes the most recently used.
    package mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        unlink(place)
        pushNewest(place)
        return entries[place].value
    }

    /// Sets a value; forgets the least recently used one when the table is full.
    package mutating func set(_ value: Value, for key: Key) {
        if let place = places[key] {
            entries[place].value = value
            unlink(place)
            pushNewest(place)
            return
        }
        if capacity == 0 { return }
        if places.count >= capacity, let oldest { remove(at: oldest) }
        let entry = Entry(key: key, value: value)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            entries[place] = entry
        } else {
            place = entries.count
            entries.append(entry)
        }
        places[key] = place
        pushNewest(place)
    }

    /// Has so many places from now on; forgets the least recently used where there are more.
    mutating func resize(to capacity: Int) {
        self.capacity = max(0, capacity)
        while places.count > self.capacity, let oldest { remove(at: oldest) }
    }

    /// Forgets a key.
    mutating func remove(_ key: Key) {
        if let place = places[key] { remove(at: place) }
    }

    private mutating func remove(at place: Int) {
        unlink(place)
        places[entries[place].key] = nil
        free.append(place)
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (entries[place].newer, entries[place].older)
        if let newer { entries[newer].older = older } else if newest == place { newest = older }
        if let older { entries[older].newer = newer } else if oldest == place { oldest = newer }
        entries[place].newer = nil
        entries[place].older = nil
    }

    private mutating func pushNewest(_ place: Int) {
        entries[place].older = newest
        if let newest { entries[newest].newer = place }
        newest = place
        if oldest == nil { oldest = place }
    }
}
