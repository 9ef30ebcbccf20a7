namespace Flyball.Contracts.Scheduling;

/// <summary>
/// <c>deploy.placement.constraints</c>: <c>node.labels.disk == ssd</c>. <see cref="Attribute"/> is
/// <c>node.hostname</c>, <c>node.id</c>, <c>node.platform.os</c>, <c>node.platform.arch</c> or <c>node.labels.*</c>.
/// </summary>
public sealed record Constraint(string Attribute, bool Equal, string Value);
