using Flyball.Agent;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// DATA-DIRECTORY CONTROL-ADDRESS: an agent alone in its process, for a server at that address, until it is killed.
HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Services.AddLogging();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(new Random(Environment.ProcessId));
builder.Services.AddSingleton<IdSource>();
builder.Services.AddSingleton<IDisk>(PhysicalDisk.Instance);
builder.Services.AddSingleton<IWorkers>(PoolWorkers.Instance);
builder.Services.AddSingleton<ITransport>(new GrpcTransport(new Uri(args[1]), null));
builder.Services.AddAgent(new AgentOptions
    { DataDirectory = args[0], DockerEndpoint = "", OtlpGrpc = null, OtlpHttp = null });
using IHost host = builder.Build();
await host.RunAsync();
