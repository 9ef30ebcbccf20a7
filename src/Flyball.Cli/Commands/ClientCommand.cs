using System.CommandLine;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary>
/// A command that asks a server: its help ends with an example, and it takes the options that every such command has.
/// </summary>
internal sealed class ClientCommand : Command
{
    public static readonly Option<string?> ApiOption = new("--api")
    {
        Description = "The server's API (FLYBALL_API). [default: http://127.0.0.1:7070]",
        Recursive = true,
    };

    public static readonly Option<string?> TokenOption = new("--token")
    {
        Description = "The token (FLYBALL_TOKEN). [default: from client.json of the data directory or the user]",
        Recursive = true,
    };

    public static readonly Option<string?> DataOption = new("--data")
    {
        Description = "The data directory whose client.json says where the server is (FLYBALL_DATA). [default: ./data]",
    };

    public static readonly Option<string> OutputOption = new Option<string>("--output", "-o")
    {
        Description = "table or json",
        DefaultValueFactory = _ => "table",
    }.AcceptOnlyFromAmong("table", "json");

    public ClientCommand(string name, string description, string example)
        : base(name, $"{description}\n\nExample:\n  {example}")
    {
        Add(ApiOption);
        Add(TokenOption);
        Add(DataOption);
        Add(OutputOption);
    }

    /// <summary>Runs with a client that is disposed when the command ends.</summary>
    public ClientCommand Runs(Func<ParseResult, ApiClient, Printer, CancellationToken, Task<int>> run)
    {
        SetAction(async (parsed, cancellation) =>
        {
            using var client = new ApiClient(ClientContext.Find(
                parsed.GetValue(ApiOption), parsed.GetValue(TokenOption), parsed.GetValue(DataOption)));
            return await run(parsed, client, new Printer(parsed.GetValue(OutputOption) == "json"), cancellation);
        });
        return this;
    }
}
