using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// Makes of a certificate what the loops serve it with, with the same versions, ciphers and chain as on the other path.
/// Sessions are resumed by tickets only, whose keys live and die with the context.
/// </summary>
internal static unsafe class SslContexts
{
    /// <summary>
    /// For TLS 1.2 what .NET takes too: forward secrecy, and AES. Where the system's configuration of OpenSSL names
    /// suites, those are taken instead.
    /// </summary>
    private static readonly byte[] Suites =
    [
        .. "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"u8,
        .. "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:"u8,
        .. "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:"u8,
        .. "ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256\0"u8,
    ];

    private static readonly Lazy<bool> SystemNamesSuites = new(AskSystem);

    /// <summary>The context, or null and why the certificate is left to the other path.</summary>
    public static (SslContextHandle? Context, string? Problem) Make(
        ServerCertificate certificate, SslProtocols protocols)
    {
        OpenSsl.ERR_clear_error();
        SslContextHandle context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_server_method());
        if (context.IsInvalid) return (null, "there is no memory for it");
        if (Set(context, protocols) && Use(context, certificate)) return (context, null);
        context.Dispose();
        return (null, TlsSession.LastError());
    }

    private static bool Set(SslContextHandle context, SslProtocols protocols)
    {
        OpenSsl.SSL_CTX_set_options(
            context, OpenSsl.NoCompression | OpenSsl.NoRenegotiation | OpenSsl.ServerPreference);
        OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SetMode, OpenSsl.ModeReleaseBuffers, 0);
        OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SetReadAhead, 1, 0);
        OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SetSessionCacheMode, 0, 0);
        int lowest = protocols.HasFlag(SslProtocols.Tls12) ? OpenSsl.Tls12 : OpenSsl.Tls13;
        int highest = protocols.HasFlag(SslProtocols.Tls13) ? OpenSsl.Tls13 : OpenSsl.Tls12;
        OpenSsl.SSL_CTX_set_alpn_select_cb(context, &Choose, 0);
        fixed (byte* suites = Suites)
        {
            if (!SystemNamesSuites.Value && OpenSsl.SSL_CTX_set_cipher_list(context, suites) != 1) return false;
        }

        fixed (byte* id = "flyball"u8)
        {
            return OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SetLowestVersion, lowest, 0) == 1
                && OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SetHighestVersion, highest, 0) == 1
                && OpenSsl.SSL_CTX_set_session_id_context(context, id, 7) == 1;
        }
    }

    /// <summary>
    /// A new context has the suites that the system's configuration names, or else the usual ones of the library.
    /// </summary>
    private static bool AskSystem()
    {
        using SslContextHandle context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_server_method());
        int configured = OpenSsl.OPENSSL_sk_num(OpenSsl.SSL_CTX_get_ciphers(context));
        fixed (byte* usual = "DEFAULT\0"u8) _ = OpenSsl.SSL_CTX_set_cipher_list(context, usual);
        return configured != OpenSsl.OPENSSL_sk_num(OpenSsl.SSL_CTX_get_ciphers(context));
    }

    private static bool Use(SslContextHandle context, ServerCertificate certificate)
    {
        byte[] leaf = certificate.Leaf.RawData;
        fixed (byte* der = leaf)
        {
            if (OpenSsl.SSL_CTX_use_certificate_ASN1(context, leaf.Length, der) != 1) return false;
        }

        if (!UseKey(context, certificate.Leaf)) return false;
        foreach (X509Certificate2 above in certificate.Context.IntermediateCertificates)
        {
            if (!AddToChain(context, above.RawData)) return false;
        }

        return OpenSsl.SSL_CTX_check_private_key(context) == 1;
    }

    private static bool UseKey(SslContextHandle context, X509Certificate2 leaf)
    {
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)leaf.GetECDsaPrivateKey() ?? leaf.GetRSAPrivateKey();
        if (key is null) return false;
        byte[] bytes = key.ExportPkcs8PrivateKey();
        try
        {
            fixed (byte* der = bytes)
            {
                byte* at = der;
                nint parsed = OpenSsl.d2i_AutoPrivateKey(0, &at, bytes.Length);
                if (parsed == 0) return false;
                bool isTaken = OpenSsl.SSL_CTX_use_PrivateKey(context, parsed) == 1;
                // The context counts as a holder of it by now.
                OpenSsl.EVP_PKEY_free(parsed);
                return isTaken;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool AddToChain(SslContextHandle context, byte[] bytes)
    {
        fixed (byte* der = bytes)
        {
            byte* at = der;
            nint certificate = OpenSsl.d2i_X509(0, &at, bytes.Length);
            if (certificate == 0) return false;
            if (OpenSsl.SSL_CTX_ctrl(context, OpenSsl.AddChainCertificate, 0, certificate) == 1) return true;
            OpenSsl.X509_free(certificate);
            return false;
        }
    }

    /// <summary>
    /// Chooses HTTP/1.1 of what the client offers; a client that offers something else has gone the other way already.
    /// </summary>
    [UnmanagedCallersOnly]
    private static int Choose(nint session, byte** chosen, byte* length, byte* offered, uint offeredLength, nint with)
    {
        const int Taken = 0;
        const int Fatal = 2;
        var names = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        for (int at = 0; at < names.Length; at += names[at] + 1)
        {
            int size = names[at];
            if (size > names.Length - at - 1) break;
            if (!names.Slice(at + 1, size).SequenceEqual("http/1.1"u8)) continue;
            *chosen = offered + at + 1;
            *length = (byte)size;
            return Taken;
        }

        return Fatal;
    }
}
