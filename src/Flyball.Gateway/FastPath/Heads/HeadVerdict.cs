namespace Flyball.Gateway.FastPath.Heads;

/// <summary>What a parser makes of the bytes so far.</summary>
internal enum HeadVerdict
{
    /// <summary>The head does not end yet, and nothing is wrong so far.</summary>
    Incomplete,

    Complete,

    /// <summary>Malformed, ambiguous or too large.</summary>
    Refused,

    /// <summary>Well-formed as far as it was read, and something that the loops do not serve.</summary>
    Foreign,
}
