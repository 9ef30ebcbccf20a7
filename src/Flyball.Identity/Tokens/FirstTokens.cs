using Flyball.Base.Resources;
using Flyball.Contracts.Journal;

namespace Flyball.Identity.Tokens;

/// <summary>
/// Creates the admin token and the join token when there are none, and hands each to its file, readable by the owner
/// only. The files belong to the machine: a token in a file that the store does not know (after a restore from another
/// machine's backup) is made known again. A lost file is mended with <see cref="IdentityOptions.ReissueTokens"/>.
/// </summary>
internal sealed class FirstTokens(IResourceStore store, IdentityOptions options, TimeProvider time)
{
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        await EnsureAsync("admin", TokenRole.Admin, options.AdminTokenFile, cancellation);
        await EnsureAsync("node", TokenRole.Node, options.JoinTokenFile, cancellation);
    }

    private async Task EnsureAsync(string identity, TokenRole role, string file, CancellationToken cancellation)
    {
        Resource<Token>[] existing = [.. store.Current.List(Token.Kind).Where(token => token.Value.Role == role)];
        string? kept = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellation)).Trim() : null;
        bool isKnown = kept is null ? existing.Length > 0
            : store.Current.Get(Token.Kind, TokenSecret.Hash(kept)) is not null;
        if (isKnown && !options.ReissueTokens) return;

        string secret = kept is { Length: > 0 } && !options.ReissueTokens ? kept : TokenSecret.Create();
        var transaction = new StoreTransaction();
        foreach (Resource<Token> old in existing) transaction.Delete(old.Key);
        var token = new Token
            { Identity = identity, Role = role, CreatedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
        ResourceKey key = Token.Kind.Key(TokenSecret.Hash(secret));
        transaction.Put(key, Token.Kind.Encode(token));
        transaction.Append(JournalEntries.From(
            new AuditEntry { Identity = "system", Action = "token.create", Target = identity, Outcome = "ok" }, key,
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
