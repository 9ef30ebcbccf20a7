using Flyball.Base.Transport;
using Flyball.Contracts.Transport;
using Flyball.Roles;
using Flyball.Settings;

namespace Flyball.Hosting;

/// <summary>What an agent and a gateway have in common when each is a process of its own.</summary>
internal static class RoleHost
{
    public static async Task<int> RunAsync(
        ServerSettings settings, Action<IServiceCollection, DataDirectory> add, CancellationToken cancellation)
    {
        using DataDirectory data = DataDirectory.Open(settings.DataDirectory);
        string token = await ReadJoinTokenAsync(settings.JoinTokenFile, cancellation);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddPlatformLogging(settings.LogLevel);
        builder.Services.AddPlatform();
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddSingleton<ITransport>(_ => new GrpcTransport(settings.Server, token));
        add(builder.Services, data);
        using IHost host = builder.Build();
        await host.StartAsync(CancellationToken.None);
        await host.WaitForShutdownAsync(cancellation);
        return RoleExit.Ok;
    }

    private static async Task<string> ReadJoinTokenAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellation)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RoleFailure(
                $"{Setting.JoinTokenFile.Flag}: {file} cannot be read: {e.Message} The server wrote it to its data directory at its first start.");
        }
    }
}
