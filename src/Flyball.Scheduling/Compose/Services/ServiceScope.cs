using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Projects;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>One service of the model and what its sections need to read it.</summary>
/// <param name="Compilation">Shared by all services.</param>
/// <param name="Definitions">The project's networks, volumes, configs and secrets.</param>
/// <param name="Project">The project's name.</param>
/// <param name="Name">The service's name.</param>
/// <param name="Field">The service's mapping.</param>
/// <param name="Awaited">What other services wait for in this one.</param>
internal sealed record ServiceScope(
    Compilation Compilation,
    Definitions Definitions,
    string Project,
    string Name,
    Field Field,
    IReadOnlyCollection<DependencyCondition> Awaited)
{
    public const string ProcessDriver = "process";
    public const string DockerDriver = "docker";

    public string Driver { get; } = Field["x-driver"].OneOf(DockerDriver, ProcessDriver) ?? DockerDriver;

    public bool IsProcess => Driver == ProcessDriver;
}
