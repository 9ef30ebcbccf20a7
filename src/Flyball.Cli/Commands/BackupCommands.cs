using System.CommandLine;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>backup</c> and <c>restore</c>: the whole data directory of a running server in one file.</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write the backup; it must not exist." };
        return new ClientCommand(
            "backup", "Writes a backup of the running server to a file.", "flyball backup monday.flyball") { file }
            .Runs(async (parsed, client, _, cancellation) =>
            {
                string path = parsed.GetValue(file)!;
                if (File.Exists(path)) throw new CommandFailure($"{path} exists already.", ExitCodes.Usage);
                string partial = path + ".part";
                try
                {
                    using HttpResponseMessage answer = await client.StreamAsync(
                        HttpMethod.Post, "/backup", null, cancellation);
                    await using (FileStream target = File.Create(partial))
                    {
                        await answer.Content.CopyToAsync(target, cancellation);
                        target.Flush(flushToDisk: true);
                    }

                    File.Move(partial, path);
                }
                catch (HttpRequestException e)
                {
                    throw new CommandFailure($"The backup broke off: {e.Message}. Nothing was written to {path}.");
                }
                finally
                {
                    File.Delete(partial);
                }

                Console.Out.WriteLine($"{path}: {Words.Bytes(new FileInfo(path).Length)}");
                return ExitCodes.Ok;
            });
    }

    public static Command Restore()
    {
        var file = new Argument<string>("FILE") { Description = "A file that 'flyball backup' wrote." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask: what the server holds now is replaced." };
        return new ClientCommand("restore", "Replaces the running server's state by a backup.",
            "flyball restore monday.flyball --yes") { file, yes }
            .Runs(async (parsed, client, _, cancellation) =>
            {
                string path = parsed.GetValue(file)!;
                if (!File.Exists(path)) throw new CommandFailure($"{path} does not exist.", ExitCodes.Usage);
                if (!parsed.GetValue(yes) && !Confirm(client.Context.Api)) return ExitCodes.Failed;
                await using FileStream source = File.OpenRead(path);
                using var content = new StreamContent(source);
                using HttpResponseMessage answer = await client.StreamAsync(
                    HttpMethod.Post, "/restore", content, cancellation);
                Console.Out.WriteLine("Restored.");
                return ExitCodes.Ok;
            });
    }

    private static bool Confirm(string api)
    {
        if (Console.IsInputRedirected)
            throw new CommandFailure("Say --yes: a restore replaces everything.", ExitCodes.Usage);
        Console.Error.Write($"Replace everything that {api} holds? Type yes: ");
        return Console.ReadLine()?.Trim() == "yes";
    }
}
