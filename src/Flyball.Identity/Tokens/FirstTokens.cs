using Flyball.Base.Resources;
using Flyball.Contracts.Journal;

namespace Flyball.Identity.Tokens;

/// <summary>
/// Creates the admin token and the join token when there are none, and hands each to its file, readable by the owner
/// only. The files belong to the machine: a token in a file that the store does not know (after a restore from another
/// machine's backup) is made known again. A lost or leaked one is made anew by <see cref="RotateAsync"/>.
/// </summary>
internal sealed class FirstTokens(IResourceStore store, IdentityOptions options, TimeProvider time)
{
    public const string Admin = "admin";
    public const string Join = "join";

    public async Task EnsureAsync(CancellationToken cancellation)
    {
        foreach ((string identity, TokenRole role, string file) in new[] { Of(Admin), Of(Join) })
        {
            string? kept = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellation)).Trim() : null;
            bool isKnown = kept is null
                ? Existing(role).Length > 0
                : store.Current.Get(Token.Kind, TokenSecret.Hash(kept)) is not null;
            if (isKnown) continue;
            string secret = kept is { Length: > 0 } ? kept : TokenSecret.Create();
            await WriteAsync("token.create", identity, role, file, secret, cancellation);
        }
    }

    /// <summary>A new token in the file of the old one, which is forgotten; the file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no token of this name.</exception>
    public async Task<string> RotateAsync(string name, CancellationToken cancellation)
    {
        (string identity, TokenRole role, string file) = Of(name);
        await WriteAsync("token.rotate", identity, role, file, TokenSecret.Create(), cancellation);
        return file;
    }

    private (string Identity, TokenRole Role, string File) Of(string name) => name switch
    {
        Admin => ("admin", TokenRole.Admin, options.AdminTokenFile),
        Join => ("node", TokenRole.Node, options.JoinTokenFile),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no token of this name."),
    };

    private Resource<Token>[] Existing(TokenRole role) =>
        [.. store.Current.List(Token.Kind).Where(token => token.Value.Role == role)];

    private async Task WriteAsync(
        string action, string identity, TokenRole role, string file, string secret, CancellationToken cancellation)
    {
        var transaction = new StoreTransaction();
        foreach (Resource<Token> old in Existing(role)) transaction.Delete(old.Key);
        var token = new Token
            { Identity = identity, Role = role, CreatedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
        ResourceKey key = Token.Kind.Key(TokenSecret.Hash(secret));
        transaction.Put(key, Token.Kind.Encode(token));
        transaction.Append(JournalEntries.From(
            new AuditEntry { Identity = "system", Action = action, Target = identity, Outcome = "ok" }, key,
            time));

        // The file first: a token that nobody knows would lock everybody out, one that is not valid yet harms nobody.
        WriteOwnerOnly(file, secret);
        CommitResult result = await store.CommitAsync(transaction, cancellation);
        if (!result.IsCommitted)
            throw new InvalidOperationException(
                $"FATAL: the {identity} token could not be stored: {result.Outcome} {result.Reason}");
    }

    private static void WriteOwnerOnly(string file, string secret)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        string temporary = file + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(secret + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
