package import StickyProxy

/// Lets one text message of a node's in each tunnel be overtaken by the next one, as a proxy does that sends from two
/// queues.
package struct SwappedFrames: FrameDefect, RatedDefect {
    /// Which message is overtaken, counted from 1 without SockJS's own frames.
    package var number: Int

    /// A defect of every tunnel.
    package init(number: Int) { self.number = number }

    /// The change to the node's direction.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == .nodeToClient ? MessageTransform(.swapped, choice: .number(number)) : nil
    }

    /// Drawn messages of nodes are overtaken.
    package var rated: RatedDamage { .messages(.swapped) }
}
