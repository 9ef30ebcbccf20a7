using System.Security.Cryptography;
using System.Text;

namespace Flyball.Apis.Pages;

/// <summary>The pages' one style sheet, and the policy that lets a browser load nothing else.</summary>
internal static class Style
{
    public const string Sheet = """
        :root{color-scheme:light dark;--ground:#fbfaf8;--card:#fff;--ink:#1d1f23;--soft:#666a73;--line:#e3e0da;
        --accent:#9a4f12;--accent-soft:#f6ebdf;--red:#b3261e;--green:#1c7a43;--blue:#1f5fa8;--code:#f3f1ec}
        @media(prefers-color-scheme:dark){:root{--ground:#16171a;--card:#1e2024;--ink:#e7e5e0;--soft:#9b9ea6;
        --line:#33363c;--accent:#e3a063;--accent-soft:#33281c;--red:#f2857c;--green:#6fcf97;--blue:#82b4ee;
        --code:#26282d}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",
        "DejaVu Sans",sans-serif;overflow-wrap:anywhere}
        a{color:var(--accent);text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}
        header{background:var(--card);border-bottom:1px solid var(--line)}
        header div,main{max-width:1080px;margin:0 auto;padding:0 20px}
        header div{display:flex;flex-wrap:wrap;gap:4px 22px;align-items:center;min-height:54px}
        header b{font-size:17px;letter-spacing:.01em}header b span{color:var(--accent)}
        header nav{display:flex;gap:18px}header form{margin-left:auto}header input{width:270px}
        main{padding-top:26px;padding-bottom:70px}
        h1{font-size:27px;line-height:1.2;margin:0 0 4px;font-weight:650}h2{font-size:18px;margin:36px 0 10px;
        font-weight:650}
        h3{font-size:13px;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:20px 0 6px;
        font-weight:600}
        p{margin:6px 0}.soft{color:var(--soft)}.words{white-space:pre-line;max-width:76ch}
        code,.mono{font:13px/1.5 ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
        code{background:var(--code);border-radius:4px;padding:1px 5px}
        input,select,button{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);
        border-radius:8px;padding:6px 11px;max-width:100%}
        button{background:var(--accent);color:var(--card);border-color:var(--accent);cursor:pointer}
        input:focus-visible,select:focus-visible,button:focus-visible,summary:focus-visible,a:focus-visible{
        outline:2px solid var(--accent);outline-offset:2px}
        .bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:12px 0}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:14px;margin-top:20px}
        .card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;display:block;
        color:inherit}
        a.card:hover{border-color:var(--accent);text-decoration:none}
        .card strong{font-size:16px;display:block}
        .pill{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 9px;font-size:12.5px;
        color:var(--soft);white-space:nowrap;line-height:1.65}
        .pill.on{background:var(--accent-soft);border-color:transparent;color:var(--accent)}
        .pill.breaking{color:var(--red);border-color:currentColor}.pill.compatible{color:var(--green);
        border-color:currentColor}
        .pill.other{color:var(--blue);border-color:currentColor}
        .note{background:var(--accent-soft);border-radius:10px;padding:10px 14px;margin:14px 0}
        .note.bad{border-left:4px solid var(--red)}
        details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:7px 0}
        summary{cursor:pointer;padding:9px 14px;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;
        list-style:none}
        summary::-webkit-details-marker{display:none}
        details[open]>summary{border-bottom:1px solid var(--line)}
        .inside{padding:6px 16px 16px;scroll-margin-top:60px}
        .verb{display:inline-block;font:600 12px/1.7 ui-monospace,"DejaVu Sans Mono",monospace;min-width:62px;
        text-align:center;border-radius:5px;
        color:#fff;background:#5b6068}
        .GET{background:#1f6db3}.POST{background:#23804a}.PUT{background:#9a6206}.PATCH{background:#7a4ea3}
        .DELETE{background:#b3372f}
        .gone .mono{text-decoration:line-through}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:6px 0}
        th{font-size:12.5px;color:var(--soft);font-weight:600;text-align:left}
        th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:normal}
        td.wrap{overflow-wrap:anywhere;min-width:180px}
        td.n,th.n{text-align:right;padding-right:24px;font-variant-numeric:tabular-nums;white-space:nowrap}
        ul.tree{list-style:none;margin:4px 0;padding-left:14px;border-left:2px solid var(--line)}
        ul.tree li{padding:2px 0}
        .must{color:var(--red);font-weight:700}
        ol.changes{list-style:none;padding:0;margin:0}
        ol.changes li{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);
        border-radius:8px;
        padding:9px 14px;margin:7px 0}
        li.breaking{border-left-color:var(--red)!important}li.compatible{border-left-color:var(--green)!important}
        li.other{border-left-color:var(--blue)!important}
        @media(max-width:640px){header form{margin:0 0 10px;width:100%}header input{width:100%}h1{font-size:23px}
        .verb{min-width:54px}main,header div{padding-left:14px;padding-right:14px}main{padding-top:18px;
        padding-bottom:50px}}
        @media print{header form,.bar form{display:none}}
        """;

    /// <summary>No scripts, no frames, nothing from elsewhere: what a document says cannot do anything here.</summary>
    public static string Policy { get; } = "default-src 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))
        + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}
