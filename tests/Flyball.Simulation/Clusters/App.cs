using Flyball.Contracts.Scheduling;

namespace Flyball.Simulation.Clusters;

/// <summary>One service that a user runs.</summary>
internal sealed record App(string Project, string Service)
{
    public string Name => WorkloadName.Of(Project, Service);

    public int Replicas { get; init; } = 2;

    public int ReplicasMax { get; init; } = 4;

    public UpdateOrder Order { get; init; } = UpdateOrder.StartFirst;

    public int Parallelism { get; init; } = 1;

    public double Cpu { get; init; } = 0.25;

    public int? HostPort { get; init; }

    public string? DependsOn { get; init; }

    public static App Draw(Random random, int number, int nodes, int replicasMax, double cpu)
    {
        int? port = random.Next(6) == 0 ? 9000 + number : null;
        int most = port is null ? replicasMax : Math.Min(replicasMax, Math.Max(1, nodes - 1));
        bool isSecond = number % 2 == 1;
        return new App($"p{number / 2}", isSecond ? "api" : "web")
        {
            Replicas = random.Next(1, most + 1),
            ReplicasMax = most,
            Order = random.Next(4) == 0 ? UpdateOrder.StopFirst : UpdateOrder.StartFirst,
            Parallelism = random.Next(1, 3),
            Cpu = cpu,
            HostPort = port,
            DependsOn = isSecond && random.Next(3) == 0 ? "web" : null,
        };
    }

    /// <summary>The manifest's workload with tasks of this image.</summary>
    public Workload With(string image) => new()
    {
        Project = Project,
        Service = Service,
        Replicas = Replicas,
        DependsOn = DependsOn is { } other ? [new Dependency(other, DependencyCondition.Healthy)] : [],
        Update = new UpdatePolicy
        {
            Order = Order,
            Parallelism = Parallelism,
            Monitor = TimeSpan.FromSeconds(2),
            HealthyDeadline = TimeSpan.FromSeconds(20),
        },
        Task = new TaskSpec
        {
            Driver = "process",
            Image = image,
            Ports = [new PortSpec { Name = "http", HostPort = HostPort }],
            Resources = new ResourceLimits { CpuReservation = Cpu == 0 ? null : Cpu },
            StopGracePeriod = TimeSpan.FromSeconds(3),
            HealthCheck = new HealthCheckSpec
            {
                Kind = HealthCheckKind.Http,
                Interval = TimeSpan.FromSeconds(2),
                Timeout = TimeSpan.FromSeconds(1),
                Retries = 2,
                StartInterval = TimeSpan.FromMilliseconds(200),
            },
            Restart = new RestartPolicy
            {
                Delay = TimeSpan.FromMilliseconds(500),
                DelayMax = TimeSpan.FromSeconds(5),
                Window = TimeSpan.FromSeconds(10),
            },
        },
    };
}
