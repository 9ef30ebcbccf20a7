namespace Flyball.Contracts.Scheduling;

/// <summary>
/// A service that a task reaches by a stable address: the agent sets <c>services__{service}__{port}__0</c> and
/// <c>{SERVICE}_URL</c> in the environment of processes; containers use the service's name on the project network.
/// </summary>
public sealed record ServiceLink(string Service, string Port, int ContainerPort, string Scheme = "http");
