namespace Flyball.Identity.Tokens;

/// <summary>What a token's bearer may do.</summary>
internal enum TokenRole
{
    /// <summary>Everything.</summary>
    Admin,

    /// <summary>Join as an agent or a gateway, and nothing else.</summary>
    Node,
}
