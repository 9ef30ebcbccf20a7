namespace Flyball.Gateway.Tcp;

/// <summary>How a connection of a TCP route ended.</summary>
internal enum TcpOutcome
{
    /// <summary>Both sides have said their end.</summary>
    Ended,

    /// <summary>One side broke it off.</summary>
    Broken,

    /// <summary>No endpoint could be reached, or there is none.</summary>
    Unreached,

    /// <summary>It carried nothing for too long, or the gateway stops.</summary>
    GivenUp,

    /// <summary>For a reason that nobody expected.</summary>
    Failed,
}
