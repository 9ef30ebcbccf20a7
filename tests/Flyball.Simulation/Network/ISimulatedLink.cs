namespace Flyball.Simulation.Network;

/// <summary>One open stream as the network sees it.</summary>
internal interface ISimulatedLink
{
    string Client { get; }

    string Server { get; }

    bool IsBroken { get; }

    void Break(string reason);
}
