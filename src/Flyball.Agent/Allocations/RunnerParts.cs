using Flyball.Agent.Drivers;
using Flyball.Agent.Health;
using Flyball.Agent.Ports;
using Flyball.Base.Work;

namespace Flyball.Agent.Allocations;

/// <summary>What every runner of a node shares.</summary>
internal sealed record RunnerParts(
    DriverSet Drivers,
    AllocationFiles Files,
    PortAllocator Ports,
    HealthProber Prober,
    IAllocationReports Reports,
    TimeProvider Time,
    IWorkers Workers);
