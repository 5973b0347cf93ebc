import csv,sys,json,collections
sys.path.insert(0,'/tmp/i4int'); sys.path.insert(0,'/tmp/i4int/src')
from pathlib import Path
from datetime import datetime,UTC,timedelta
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
from catalyst_bot.scoring.headline import shipped_scorer
from catalyst_bot.model import side_of, Side, NewsItem, SourceKind
from catalyst_bot.scoring.prepared import prepare
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.model import Alert
S=shipped_scorer(); P=SentimentIntensityAnalyzer()
def rows(n): return list(csv.DictReader(open('/tmp/sets2/'+n,newline='',encoding='utf-8')))
L={'1':Side.BULLISH,'-1':Side.BEARISH,'0':Side.NEUTRAL}
def f1(y,p):
    out=[]
    for c in Side:
        tp=sum(a==b==c for a,b in zip(y,p)); fp=sum(b==c!=a for a,b in zip(y,p)); fn=sum(a==c!=b for a,b in zip(y,p))
        out.append(2*tp/(2*tp+fp+fn) if tp else 0)
    return sum(out)/3
R=rows('trader_titles.csv'); y=[L[r['label']] for r in R]
for name,sc in (('ours',S.score),('plain',lambda t:P.polarity_scores(t)['compound'])):
    p=[side_of(sc(r['title'])) for r in R]
    rev=sum({a,b}=={Side.BULLISH,Side.BEARISH} for a,b in zip(y,p))/len(y)
    print('trader',name,'acc',round(sum(a==b for a,b in zip(y,p))/len(y),3),'f1',round(f1(y,p),3),'rev',round(rev,3))
# catalysts
R=rows('catalyst_titles.csv'); ok=fired=0; wrong=[]; none_as_none=0; n_cat=0; rec=0
for r in R:
    cats=S._rules.match(prepare(r['title']))
    prim=cats[0].name if cats else 'none'
    if prim in('routine','promotion'): prim='none'
    if prim!='none':
        fired+=1
        if prim==r['category']: ok+=1
        else: wrong.append((r['category'],prim,r['title']))
    if r['category']!='none':
        n_cat+=1; rec+= prim==r['category']
print('catalysts precision',round(ok/fired,3),fired,'recall',round(rec/n_cat,3),n_cat)
R=rows('offering_titles.csv'); hit=sum(any(c.name=='offering' for c in S._rules.match(prepare(r['title']))) for r in R)
prim=sum(bool((m:=S._rules.match(prepare(r['title']))) and m[0].name=='offering') for r in R)
print('offerings',hit,prim,len(R))
now=datetime.now(UTC)
R=rows('wire_titles.csv'); pol=AlertPolicy(); al=[]; 
for r in R:
    it=NewsItem(source='w',kind=SourceKind.FEED,title=r['title'],tickers=('ACME',),published_at=now,received_at=now,received=0.0)
    d=pol.decide(S.read(it),now=now)
    if isinstance(d,Alert): al.append(r)
worth=sum(r['worth_ping']=='1' for r in al); tot=sum(r['worth_ping']=='1' for r in R)
print('wire alerts',len(al),len(al)/len(R),'worth',worth,round(worth/max(1,len(al)),3),'of',tot)
# tickers
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.intake.mentions import Role, Method
from catalyst_bot.intake import symbols
tab=symbols.parse_symbols(Path('/work/shared/data/company_tickers_exchange.json').read_bytes())
R=rows('ticker_titles.csv'); st=collections.defaultdict(lambda:[0,0,0,0]); miss=[]; fp=[]
for r in R:
    want=set(r['subject'].split()); got={m.symbol for m in find_tickers(r['title'],tab) if m.role is Role.SUBJECT}
    s=st[r['form']]; s[0]+=len(want); s[1]+=len(want&got); s[2]+=len(got); s[3]+=len(got&want)
    if want-got: miss.append((r['form'],want,got,r['title']))
    if got-want: fp.append((r['form'],want,got,r['title']))
for k,s in st.items(): print('tickers',k,'found',s[1],'of',s[0],round(s[1]/max(1,s[0]),3),'precise',s[3],'of',s[2],round(s[3]/max(1,s[2]),3))
from catalyst_bot.intake.duplicates import story_form, is_same_story
R=rows('story_pairs.csv'); c=collections.Counter(); smiss=[]; smerge=[]
for r in R:
    a=story_form(r['first'],r['first_ticker'].split()); b=story_form(r['second'],r['second_ticker'].split())
    m=is_same_story(a,b); c[r['label'],m]+=1
    if r['label']=='same' and not m: smiss.append((r['first'],r['second']))
    if r['label']!='same' and m: smerge.append((r['label'],r['first'],r['second']))
print('stories',dict(c))
json.dump({'smiss':smiss,'smerge':smerge,'wrong':wrong,'miss':[(a,list(b),list(c),d) for a,b,c,d in miss],'fp':[(a,list(b),list(c),d) for a,b,c,d in fp]},open('/tmp/i4/second.json','w'))
