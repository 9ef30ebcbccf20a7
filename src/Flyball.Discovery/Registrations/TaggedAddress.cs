namespace Flyball.Discovery.Registrations;

/// <summary>An address of a service for one kind of client (<c>lan</c>, <c>wan</c>).</summary>
internal sealed record TaggedAddress(string Address, int Port);
