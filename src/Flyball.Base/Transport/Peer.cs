namespace Flyball.Base.Transport;

/// <summary>Who is at the other end: the identity it proved, and the address it came from.</summary>
public readonly record struct Peer(string Identity, string Address);
