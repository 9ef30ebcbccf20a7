using System.CommandLine;
using Flyball.Hosting;
using Flyball.Identity;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>
/// <c>flyball token rotate</c>: a new token in the data directory of a server that does not run. Without the server,
/// because who has lost the admin token is not let in by it.
/// </summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var which = new Argument<string>("TOKEN")
        {
            Description = "admin (for people and tools) or join (for agents and gateways).",
        };
        which.AcceptOnlyFromAmong([.. IdentityDoors.TokenNames]);
        Command rotate = new RoleCommand(
            "rotate", "Makes a token anew and forgets the old one. Stop the server first; tasks run on meanwhile.",
            "flyball token rotate admin --data /var/lib/flyball", [Setting.Data])
            { which }
            .Runs((parsed, settings, cancellation) =>
                RotateAsync(settings, parsed.GetValue(which)!, cancellation));
        return new Command("token", "Replaces the tokens by which people, agents and gateways are known.") { rotate };
    }

    private static async Task<int> RotateAsync(ServerSettings settings, string name, CancellationToken cancellation)
    {
        string store = Path.Combine(settings.DataDirectory, ServerComposition.StoreFolder);
        if (!Directory.Exists(store))
            throw new RoleFailure($"{Setting.Data.Flag}: {settings.DataDirectory} is no server's data directory.");
        using DataDirectory data = DataDirectory.Open(settings.DataDirectory);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddPlatformLogging(settings.LogLevel));
        services.AddPlatform();
        ServerComposition.AddState(services, data);
        await using ServiceProvider provider = services.BuildServiceProvider();
        string file = await provider.RotateTokenAsync(name, cancellation);
        await Console.Out.WriteLineAsync($"{file} has a new {name} token; the old one is refused from now on.");
        return RoleExit.Ok;
    }
}
