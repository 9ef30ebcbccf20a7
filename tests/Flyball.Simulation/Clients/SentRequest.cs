namespace Flyball.Simulation.Clients;

/// <summary>One request of the synthetic client.</summary>
internal sealed record SentRequest(string Gateway, string Host, DateTimeOffset At);
