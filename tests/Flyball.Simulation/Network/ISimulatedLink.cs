namespace Flyball.Simulation.Network;

/// <summary>One open stream as the network sees it.</summary>
internal interface ISimulatedLink
{
    string Client { get; }

    string Server { get; }

    /// <summary>Neither end uses it any more.</summary>
    bool IsOver { get; }

    /// <summary>Both ends see at once that it broke.</summary>
    void Break(string reason);

    /// <summary>The machine of one end is gone; the other end hears of it as soon as the network lets it.</summary>
    void Abandon(string machine);

    /// <summary>What waited for the two machines to see each other goes on.</summary>
    void Resume();
}
