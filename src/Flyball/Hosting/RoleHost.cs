using Flyball.Base.Transport;
using Flyball.Contracts.Transport;
using Flyball.Roles;
using Flyball.Settings;

namespace Flyball.Hosting;

/// <summary>What an agent and a gateway have in common when each is a process of its own.</summary>
internal static class RoleHost
{
    /// <summary>In the data directory of a role that a server has let in.</summary>
    private const string JoinedMark = "joined";

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
        builder.Services.AddSingleton(_ => new FirstConnection(
            new GrpcTransport(settings.Server, token, settings.JoinTokenFile), data.Combine(JoinedMark)));
        builder.Services.AddSingleton<ITransport>(provider => provider.GetRequiredService<FirstConnection>());
        add(builder.Services, data);
        using IHost host = builder.Build();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<string> refused = host.Services.GetRequiredService<FirstConnection>().Refused;
        await host.StartAsync(CancellationToken.None);
        Task ended = host.WaitForShutdownAsync(ending.Token);
        await Task.WhenAny(ended, refused);
        await ending.CancelAsync();
        await ended;
        return refused.IsCompletedSuccessfully ? throw new RoleFailure(await refused) : RoleExit.Ok;
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
                $"{Setting.JoinTokenFile.Flag}: {file} cannot be read: {e.Message} The server wrote it to its data "
                + "directory at its first start; 'flyball token rotate join' there makes a new one.");
        }
    }
}
